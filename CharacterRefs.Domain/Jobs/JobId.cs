using System.Text.RegularExpressions;

namespace CharacterRefs.Domain.Jobs;

/// <summary>Identity of a video job, chosen by the pipeline: legal as a directory name and as a segment of an asset key.</summary>
public readonly partial record struct JobId
{
    /// <summary>The rule, for messages.</summary>
    public const string Rule = "1 to 128 letters, digits, dots, underscores and hyphens, beginning with a letter or a digit and not ending with a dot";

    private readonly string? _value;

    private JobId(string value) => _value = value;

    /// <summary>Reads a job id by <see cref="Rule"/>.</summary>
    public static bool TryParse(string? text, out JobId id)
    {
        var ok = text is not null && Pattern().IsMatch(text);
        id = ok ? new JobId(text!) : default;
        return ok;
    }

    /// <summary>The id as the pipeline writes it.</summary>
    public override string ToString() => _value ?? throw new InvalidOperationException("This job id was never set.");

    // No dot at the end: Windows drops it, so no segment of an asset key ends with one.
    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?\z")]
    private static partial Regex Pattern();
}
