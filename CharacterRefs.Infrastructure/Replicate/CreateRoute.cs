namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Where predictions of a model are created.</summary>
/// <param name="Path">Below the base URL.</param>
/// <param name="Version">The version in the body; <c>null</c> on a route that knows its version.</param>
internal sealed record CreateRoute(string Path, string? Version)
{
    public static CreateRoute ForVersion(string version) => new("predictions", version);
}
