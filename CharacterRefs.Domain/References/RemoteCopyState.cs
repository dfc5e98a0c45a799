namespace CharacterRefs.Domain.References;

/// <summary>State of an image's copy in the object store.</summary>
public enum RemoteCopyState
{
    /// <summary>Queued: the copy is still to be made or verified.</summary>
    Pending,

    /// <summary>In the object store, with its length and hash verified.</summary>
    Persisted,
}
