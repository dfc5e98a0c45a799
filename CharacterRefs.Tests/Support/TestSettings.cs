using CharacterRefs.Application.Configuration;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Tests.Support;

/// <summary>Settings over values in memory.</summary>
internal static class TestSettings
{
    public static Settings Of(params IEnumerable<(string Name, string? Value)> values) => new(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))).Build());

    /// <summary>What a start would be rejected for.</summary>
    public static IReadOnlyList<string> Problems(this Settings settings)
    {
        try
        {
            settings.ThrowIfInvalid();
            return [];
        }
        catch (InvalidSettingsException rejection)
        {
            return rejection.Problems;
        }
    }
}
