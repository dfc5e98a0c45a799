namespace CharacterRefs.Application.Jobs.AssociateReferences;

/// <summary>Associate images with a job.</summary>
/// <param name="JobId">The job; it need not exist.</param>
/// <param name="Ids">1 to <see cref="MaxIds"/> images, in order; repeated ids count once.</param>
public sealed record AssociateReferencesCommand(JobId JobId, IReadOnlyList<CharacterReferenceId> Ids)
{
    /// <summary>Most images of one command.</summary>
    public const int MaxIds = 1000;
}
