namespace CharacterRefs.Application.Jobs.Uploads;

/// <summary>How far a file is that a client sends straight to the store.</summary>
public enum UploadState
{
    /// <summary>The store does not have its bytes.</summary>
    Missing,

    /// <summary>The store has as many bytes as announced; they are verified by the commit.</summary>
    Uploaded,

    /// <summary>The set has the file with these bytes.</summary>
    Committed,
}
