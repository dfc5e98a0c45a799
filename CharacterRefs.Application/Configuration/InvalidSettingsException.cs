namespace CharacterRefs.Application.Configuration;

/// <summary>The configuration is invalid. The message has one line per invalid variable.</summary>
public sealed class InvalidSettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One line per invalid variable: its name, its value unless secret, and what is allowed.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
