namespace CharacterRefs.Application.Events;

/// <summary>A call that reads or writes all files of a job.</summary>
public enum JobOperation
{
    /// <summary>The workspace is stored.</summary>
    Persist,

    /// <summary>The stored files are compared with the manifest.</summary>
    Verify,

    /// <summary>Stored files are replaced from the workspace.</summary>
    Repair,

    /// <summary>The workspace is restored.</summary>
    Restore,
}
