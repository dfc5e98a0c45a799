using CharacterRefs.Application.Configuration;
using DotNetEnv;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Sprache;

namespace CharacterRefs.Api.Configuration;

/// <summary>Reads the <c>.env</c> file of the working directory: overrides <c>appsettings.json</c>, overridden by the environment.</summary>
internal static class DotEnvFile
{
    private const string FileName = ".env";
    private const char FirstPrivateUse = '\uE000';
    private const char LastPrivateUse = '\uF8FF';

    /// <summary>Prefixes of names that no registration declares: of the host, logging, flavors and the SDK.</summary>
    private static readonly string[] s_freePrefixes = ["ASPNETCORE_", "DOTNET_", "Logging__", "Flavors__", "AWS_", "COMPOSE_"];

    /// <summary>Inserts the file, if it exists, below the source of environment variables without a prefix.</summary>
    /// <returns>The names in the file, as written.</returns>
    /// <exception cref="InvalidSettingsException">A line is invalid. The message contains only its number, because the line can contain a secret.</exception>
    public static IReadOnlyList<string> AddTo(IConfigurationBuilder configuration)
    {
        if (!File.Exists(FileName))
        {
            return [];
        }

        var pairs = Parse(File.ReadAllText(FileName));
        var repeated = pairs.GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).Where(name => name.Count() > 1).Select(name => name.Key).ToList();
        if (repeated.Count > 0)
        {
            throw new InvalidSettingsException([.. repeated.Select(name => $"{FileName} sets {name} more than once.")]);
        }

        var source = new MemoryConfigurationSource
        {
            InitialData = pairs.Select(pair =>
                KeyValuePair.Create(pair.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), (string?)pair.Value)),
        };
        var environment = configuration.Sources.OfType<EnvironmentVariablesConfigurationSource>().Last(candidate => string.IsNullOrEmpty(candidate.Prefix));
        configuration.Sources.Insert(configuration.Sources.IndexOf(environment), source);
        return [.. pairs.Select(pair => pair.Key)];
    }

    /// <summary>
    /// Rejects misspelt names in the file, which would be ignored silently. The environment contains names of other programs and cannot be checked.
    /// </summary>
    public static void RejectUnknown(IEnumerable<string> names, Settings settings)
    {
        var known = settings.Declared.Select(setting => setting.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names.Where(name => !known.Contains(name) && !IsFree(name)))
        {
            settings.Reject($"{FileName} sets {name}, which is not a variable of this service; docs/configuration.md lists them all.");
        }
    }

    private static bool IsFree(string name) => s_freePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static List<KeyValuePair<string, string>> Parse(string text)
    {
        // The library always expands $NAME, so $ is replaced by a character that does not occur in the file.
        var dollar = Enumerable.Range(FirstPrivateUse, LastPrivateUse - FirstPrivateUse + 1)
            .Select(code => (char)code).First(candidate => !text.Contains(candidate));
        try
        {
            return
            [
                .. Env.LoadContents(text.Replace('$', dollar), Env.NoEnvVars())
                    .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Replace(dollar, '$'))),
            ];
        }
        catch (ParseException error)
        {
            throw new InvalidSettingsException(
                [$"{FileName} line {error.Position?.Line ?? 1} cannot be read; docs/configuration.md describes how to quote values."]);
        }
    }
}
