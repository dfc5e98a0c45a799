namespace CharacterRefs.Domain.Jobs;

/// <summary>A file's role in its job, by its folder in the workspace.</summary>
public enum JobAssetRole
{
    /// <summary>In <c>final/</c>: the finished video and what belongs to it.</summary>
    Final,

    /// <summary>In <c>scenes/</c>.</summary>
    Scenes,

    /// <summary>In <c>audio/</c>.</summary>
    Audio,

    /// <summary>In <c>uploads/</c>: files from the pipeline's user.</summary>
    Uploads,

    /// <summary>In <c>character_reference/</c>: the images of the job's characters.</summary>
    CharacterReference,

    /// <summary>The file <c>metadata.json</c>.</summary>
    Metadata,

    /// <summary>The file <c>script.json</c>.</summary>
    Script,
}
