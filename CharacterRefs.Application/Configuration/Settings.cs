using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Application.Configuration;

/// <summary>
/// Reads and validates flat configuration variables where they are used, records each for the configuration report, and collects all problems, so that one
/// failed start lists them all. An empty value counts as unset, because compose files pass unset variables as empty ones.
/// </summary>
public sealed partial class Settings(IConfiguration configuration)
{
    private const string HttpUrlAllowed = "an absolute http or https URL";

    private readonly List<DeclaredVariable> _declared = [];
    private readonly List<string> _problems = [];

    /// <summary>All variables read so far, in that order.</summary>
    public IReadOnlyList<DeclaredVariable> Declared => _declared;

    /// <summary>A nested section.</summary>
    public IConfigurationSection Section(string name) => configuration.GetSection(name);

    /// <summary>Free text.</summary>
    public string? Text(string name, string? fallback = null, string allowed = "text") => Text(name, fallback, allowed, value => value);

    /// <summary>Text that a rule converts; the rule returns <c>null</c> for an invalid value.</summary>
    public string? Text(string name, string? fallback, string allowed, Func<string, string?> parse) =>
        Read(name, fallback, allowed, value => parse(value) ?? throw new FormatException());

    /// <summary>A value that is never printed.</summary>
    public Secret? Secret(string name, string allowed, Func<string, bool>? isValid = null) =>
        Read<Secret?>(name, null, allowed, value => isValid is null || isValid(value) ? new Secret(value) : throw new FormatException(), isSecret: true);

    /// <summary><c>true</c> or <c>false</c>; <c>1</c> and <c>0</c> are accepted too.</summary>
    public bool Flag(string name, bool fallback) => Read(name, fallback ? "true" : "false", "true or false", value => value.ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new FormatException(),
    });

    /// <summary>A whole number within bounds, both included.</summary>
    public long WholeNumber(string name, long fallback, long min, long max, string unit = "") =>
        Read(name, fallback.ToString(CultureInfo.InvariantCulture), $"a whole number{(unit.Length > 0 ? " of " + unit : "")} from {min} to {max}", value =>
        {
            var number = long.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            return number >= min && number <= max ? number : throw new FormatException();
        });

    /// <summary>A span given in whole seconds.</summary>
    public TimeSpan Seconds(string name, int fallback, int min, int max) => TimeSpan.FromSeconds(WholeNumber(name, fallback, min, max, "seconds"));

    /// <summary>One of the choices, in any case.</summary>
    public T Choice<T>(string name, string? fallback, IReadOnlyDictionary<string, T> choices) =>
        Read(
            name,
            fallback,
            string.Join(", ", choices.Keys),
            value => choices.TryGetValue(value.ToLowerInvariant(), out var choice) ? choice : throw new FormatException())!;

    /// <summary>An absolute http or https URL without user, query or fragment.</summary>
    public Uri HttpUrl(string name, string fallback) => Read(name, fallback, HttpUrlAllowed, ParseHttpUrl)!;

    /// <summary>As <see cref="HttpUrl"/>; <c>null</c> when unset.</summary>
    public Uri? OptionalHttpUrl(string name) => Read(name, null, HttpUrlAllowed, ParseHttpUrl);

    /// <summary>Comma-separated entries, each converted by a rule; spaces around them are dropped. A value of commas only is invalid.</summary>
    public IReadOnlyList<T> List<T>(string name, string? fallback, string allowed, Func<string, T?> parse, bool isSecret = false)
        where T : class =>
        Read(name, fallback, allowed, value =>
        {
            var entries = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return entries.Length > 0 ? entries.Select(entry => parse(entry) ?? throw new FormatException()).ToList() : throw new FormatException();
        }, isSecret) ?? [];

    /// <summary>Adds a problem that concerns several variables.</summary>
    public void Reject(string problem) => _problems.Add(problem);

    /// <summary>Throws when there is any problem.</summary>
    /// <exception cref="InvalidSettingsException">At least one variable is invalid.</exception>
    public void ThrowIfInvalid()
    {
        if (_problems.Count > 0)
        {
            throw new InvalidSettingsException(_problems);
        }
    }

    private static Uri ParseHttpUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { UserInfo: "", Query: "", Fragment: "" }
            ? url
            : throw new FormatException();

    private T? Read<T>(string name, string? fallback, string allowed, Func<string, T> parse, bool isSecret = false)
    {
        var (set, isBlank) = Find(name);
        _declared.Add(new DeclaredVariable(name, isSecret && set is not null ? "***" : set ?? fallback, fallback, allowed));
        if (isSecret && isBlank)
        {
            // To treat it as unset would open what the secret was meant to close.
            _problems.Add($"{name} is set to spaces only; allowed: {allowed}. Leave it empty to unset it.");
            return default;
        }

        try
        {
            return (set ?? fallback) is { } value ? parse(value) : default;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            var shown = isSecret ? "set to a value that" : $"\"{UserInfo().Replace(set ?? "", "***@")}\", which";
            _problems.Add($"{name} is {shown} is not acceptable; allowed: {allowed}.");
            return default;
        }
    }

    // An empty value does not hide the value of a lower source. Blank: the highest source with any value has only spaces.
    private (string? Value, bool IsBlank) Find(string name)
    {
        var values = configuration is IConfigurationRoot root
            ? root.Providers.Reverse().Select(provider => provider.TryGet(name, out var value) ? value : null)
            : [configuration[name]];
        var set = values.Where(value => value is { Length: > 0 }).Select(value => value!.Trim()).ToList();
        return (set.FirstOrDefault(value => value.Length > 0), set is ["", ..]);
    }

    // A URL may contain a password, which must not reach the log.
    [GeneratedRegex("(?<=//)[^/@]*@")]
    private static partial Regex UserInfo();
}
