using System.Diagnostics.Metrics;

namespace CharacterRefs.Tests.Support;

/// <summary>Meters that only the test which made them hears, by their scope.</summary>
internal sealed class TestMeters : IMeterFactory
{
    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    public void Dispose()
    {
    }
}
