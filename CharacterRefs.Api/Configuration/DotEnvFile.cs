using CharacterRefs.Application.Configuration;
using DotNetEnv;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Sprache;

namespace CharacterRefs.Api.Configuration;

/// <summary>The <c>.env</c> file of the working directory as a source of configuration, below the environment and above <c>appsettings.json</c>.</summary>
internal static class DotEnvFile
{
    private const string FileName = ".env";
    private const char FirstPrivateUse = '\uE000';
    private const char LastPrivateUse = '\uF8FF';

    /// <summary>Beginnings of names that no registration declares: the host's, the log's, the flavors', the SDK's.</summary>
    private static readonly string[] s_freePrefixes = ["ASPNETCORE_", "DOTNET_", "Logging__", "Flavors__", "AWS_", "COMPOSE_"];

    /// <summary>Inserts the file, when there is one, below the first source of environment variables without a prefix.</summary>
    /// <returns>The names in the file, as they are written there.</returns>
    /// <exception cref="InvalidSettingsException">A line is not acceptable. It is told by its number only, because it may hold a secret.</exception>
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
            InitialData = pairs.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), (string?)pair.Value)),
        };
        var environment = configuration.Sources.OfType<EnvironmentVariablesConfigurationSource>().Last(candidate => string.IsNullOrEmpty(candidate.Prefix));
        configuration.Sources.Insert(configuration.Sources.IndexOf(environment), source);
        return [.. pairs.Select(pair => pair.Key)];
    }

    /// <summary>A misspelt name in the file would be passed over in silence; the environment, which is full of other programs' names, cannot be checked so.</summary>
    public static void RefuseUnknown(IEnumerable<string> names, Settings settings)
    {
        var known = settings.Declared.Select(setting => setting.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names.Where(name => !known.Contains(name) && !s_freePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))))
        {
            settings.Refuse($"{FileName} sets {name}, which is no variable of this service; docs/configuration.md lists them all.");
        }
    }

    private static List<KeyValuePair<string, string>> Parse(string text)
    {
        // The library puts variables in for $NAME and cannot be told not to, so it gets to see a character that stands nowhere in the file instead.
        var dollar = Enumerable.Range(FirstPrivateUse, LastPrivateUse - FirstPrivateUse + 1).Select(code => (char)code).First(candidate => !text.Contains(candidate));
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
            throw new InvalidSettingsException([$"{FileName} line {error.Position?.Line ?? 1} cannot be read; docs/configuration.md says how values are quoted."]);
        }
    }
}
