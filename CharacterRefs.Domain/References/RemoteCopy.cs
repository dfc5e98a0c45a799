using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Domain.References;

/// <summary>The copy of an image in the object store. While it is pending it is the image's entry in the upload queue.</summary>
public sealed record RemoteCopy
{
    /// <summary>Key of the copy in the object store.</summary>
    public required AssetKey Key { get; init; }

    /// <summary>Whether it is pending or persisted.</summary>
    public RemoteCopyState State { get; init; } = RemoteCopyState.Pending;

    /// <summary>Number of failed attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>Cause of the last failed attempt; <c>null</c> when none failed, and once persisted.</summary>
    public string? LastError { get; init; }

    /// <summary>When the next attempt is due, UTC; once persisted, when the store was last seen to have the copy.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>When the copy was verified, UTC; <c>null</c> until then.</summary>
    public DateTimeOffset? PersistedAt { get; init; }

    /// <summary>The copy after its length and hash were verified.</summary>
    public RemoteCopy Verified(DateTimeOffset now) => this with { State = RemoteCopyState.Persisted, LastError = null, PersistedAt = now, NextAttemptAt = now };

    /// <summary>The copy after a failed attempt.</summary>
    public RemoteCopy Failed(string cause, DateTimeOffset nextAttemptAt) =>
        this with { Attempts = Attempts + 1, LastError = cause, NextAttemptAt = nextAttemptAt };
}
