namespace CharacterRefs.Domain.References;

/// <summary>Where the copy of an image in the store stands.</summary>
public enum StoredCopyState
{
    /// <summary>Not there yet, or not known to be: it will be tried until it is.</summary>
    Pending,

    /// <summary>There, its length and hash verified.</summary>
    Stored,
}
