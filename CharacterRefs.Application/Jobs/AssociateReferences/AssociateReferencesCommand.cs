using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Jobs.AssociateReferences;

/// <summary>Let a job use images.</summary>
/// <param name="JobId">The job; it need not be known.</param>
/// <param name="Ids">1 to <see cref="MaxIds"/> images, in order; repeats are harmless.</param>
public sealed record AssociateReferencesCommand(JobId JobId, IReadOnlyList<CharacterReferenceId> Ids)
{
    /// <summary>Most images of one command.</summary>
    public const int MaxIds = 1000;
}
