namespace CharacterRefs.Api.Configuration;

/// <summary>How an event of the log is written.</summary>
internal enum LogFormat
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A line with one JSON object.</summary>
    Json,
}
