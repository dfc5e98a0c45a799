namespace CharacterRefs.Application.Configuration;

/// <summary>The configuration does not allow the service to start. The message has one line per wrong variable.</summary>
public sealed class InvalidSettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One line per wrong variable: its name, its value unless secret, and what is allowed.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
