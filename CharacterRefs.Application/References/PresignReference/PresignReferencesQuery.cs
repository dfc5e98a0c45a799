using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.PresignReference;

/// <summary>Addresses of images in the store.</summary>
/// <param name="Ids">At most <see cref="MaxIds"/>, in the order of the answer.</param>
/// <param name="JobId">The copies of this job; <c>null</c> = the images by themselves.</param>
/// <param name="Format">Only if it has this format; <c>null</c> = any.</param>
public sealed record PresignReferencesQuery(IReadOnlyList<CharacterReferenceId> Ids, JobId? JobId, ImageFormat? Format)
{
    /// <summary>Most ids of one query.</summary>
    public const int MaxIds = 1000;
}
