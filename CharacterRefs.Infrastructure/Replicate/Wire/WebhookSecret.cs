namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>The account's webhook secret.</summary>
/// <param name="Key"><c>whsec_</c> and base64.</param>
internal sealed record WebhookSecret(string? Key)
{
    /// <summary>Masks the key.</summary>
    public override string ToString() => nameof(WebhookSecret);
}
