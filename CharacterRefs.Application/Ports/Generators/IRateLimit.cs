namespace CharacterRefs.Application.Ports.Generators;

/// <summary>The provider's limit on paid requests, as far as it was learned. Not registered when the images have no provider.</summary>
public interface IRateLimit
{
    /// <summary>The limit now, as this process knows it.</summary>
    RateLimitState State { get; }
}
