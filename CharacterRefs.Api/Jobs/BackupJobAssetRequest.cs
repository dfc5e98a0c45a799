namespace CharacterRefs.Api.Jobs;

/// <summary>Which file is to be kept as it is now.</summary>
public sealed record BackupJobAssetRequest
{
    /// <summary>What it is: <c>final</c>, <c>scenes</c>, <c>audio</c>, <c>uploads</c>, <c>character_reference</c>, <c>metadata</c> or <c>script</c>.</summary>
    /// <example>final</example>
    public string? AssetType { get; init; }

    /// <summary>Its path inside the folder of that name; for <c>metadata</c> and <c>script</c> null, or the name of the file.</summary>
    /// <example>movie.mp4</example>
    public string? AssetName { get; init; }
}
