using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>Signals to services that are not there.</summary>
internal sealed class RecordedSignals : ICatalogSignals
{
    private readonly Lock _lock = new();
    private readonly List<CatalogSignal> _sent = [];

    public IReadOnlyList<CatalogSignal> Sent
    {
        get
        {
            lock (_lock)
            {
                return [.. _sent];
            }
        }
    }

    public void Send(CatalogSignal signal)
    {
        lock (_lock)
        {
            _sent.Add(signal);
        }
    }
}
