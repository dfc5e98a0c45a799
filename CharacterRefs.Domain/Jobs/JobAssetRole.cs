namespace CharacterRefs.Domain.Jobs;

/// <summary>What a file is to its job, told by its folder in the workspace.</summary>
public enum JobAssetRole
{
    /// <summary>In <c>final/</c>: the finished video and what belongs to it.</summary>
    Final,

    /// <summary>In <c>scenes/</c>.</summary>
    Scenes,

    /// <summary>In <c>audio/</c>.</summary>
    Audio,

    /// <summary>In <c>uploads/</c>: what the pipeline's user gave.</summary>
    Uploads,

    /// <summary>In <c>character_reference/</c>: the images that the job draws its characters from.</summary>
    CharacterReference,

    /// <summary>The file <c>metadata.json</c>.</summary>
    Metadata,

    /// <summary>The file <c>script.json</c>.</summary>
    Script,
}
