using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;

namespace CharacterRefs.Application.Nodes;

/// <summary>
/// Another node left a generation for any node to claim: claims it at once when there is a place for it here. Without the signal the next sweep finds it.
/// </summary>
public sealed class RemoteWork(GenerationRunner runner, WorkSignal work) : ISignalReceiver
{
    public void Receive(CatalogSignal signal)
    {
        if (signal.Kind is CatalogSignalKind.Work && runner.FreePlaces > 0)
        {
            work.Set();
        }
    }

    public void ReceiveAll() => work.Set();
}
