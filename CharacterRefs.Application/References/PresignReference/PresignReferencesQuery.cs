namespace CharacterRefs.Application.References.PresignReference;

/// <summary>Sign URLs for images in the store.</summary>
/// <param name="Ids">At most <see cref="MaxIds"/>, in the order of the result.</param>
/// <param name="JobId">The job whose copies are signed; <c>null</c> for the standalone copies.</param>
/// <param name="Format">Only images of this format; <c>null</c> for any.</param>
public sealed record PresignReferencesQuery(IReadOnlyList<CharacterReferenceId> Ids, JobId? JobId, ImageFormat? Format)
{
    /// <summary>Most ids of one query.</summary>
    public const int MaxIds = 1000;
}
