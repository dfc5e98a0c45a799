using DotNetEnv;

namespace CharacterRefs.Api.Configuration;

/// <summary>The <c>.env</c> file of the working directory as a source of configuration, below the environment and above <c>appsettings.json</c>.</summary>
internal static class DotEnvFile
{
    private const string FileName = ".env";

    /// <summary>Inserts the file, when there is one, below the first source of environment variables without a prefix.</summary>
    public static void AddTo(IConfigurationBuilder configuration)
    {
        if (!File.Exists(FileName))
        {
            return;
        }

        var values = Env.NoEnvVars().Load(FileName).Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value));
        var source = new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = values };
        var environment = configuration.Sources.OfType<Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource>()
            .Last(candidate => string.IsNullOrEmpty(candidate.Prefix));
        configuration.Sources.Insert(configuration.Sources.IndexOf(environment), source);
    }
}
