using CharacterRefs.Application.Generations.Run;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Webhooks;

namespace CharacterRefs.Application.Nodes;

/// <summary>
/// Another node left work for any node to claim: a generation, which is claimed at once when there is a place for it here, a webhook or an upload. Without the
/// signal the next sweep finds it.
/// </summary>
public sealed class RemoteWork(GenerationRunner runner, WorkSignal work, WebhookSignal webhooks, UploadSignal uploads) : ISignalReceiver
{
    public void Receive(CatalogSignal signal)
    {
        switch (signal.Kind)
        {
            case CatalogSignalKind.Work when runner.FreePlaces > 0:
                work.Set();
                break;
            case CatalogSignalKind.Webhook:
                webhooks.Set();
                break;
            case CatalogSignalKind.Upload:
                uploads.Set();
                break;
        }
    }

    public void ReceiveAll()
    {
        work.Set();
        webhooks.Set();
        uploads.Set();
    }
}
