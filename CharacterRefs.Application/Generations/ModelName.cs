using System.Text.RegularExpressions;

namespace CharacterRefs.Application.Generations;

/// <summary>The name of a model at the provider: the latest version, a pinned one, or a deployment.</summary>
public static partial class ModelName
{
    /// <summary>The rule in words.</summary>
    public const string Rule =
        "owner/name, each of letters, digits, dots, underscores and hyphens, or owner/name:version with 64 hexadecimal digits in lower case, "
        + "or deployments/owner/name";

    /// <summary>The text when it is a model's name; <c>null</c> otherwise.</summary>
    public static string? Parse(string text) => Pattern().IsMatch(text) ? text : null;

    // Without "." and "..", which a URL would resolve away.
    [GeneratedRegex(@"^((?!\.)[A-Za-z0-9._-]{1,100}/(?!\.)[A-Za-z0-9._-]{1,100}(:[0-9a-f]{64})?|deployments(/(?!\.)[A-Za-z0-9._-]{1,100}){2})\z")]
    private static partial Regex Pattern();
}
