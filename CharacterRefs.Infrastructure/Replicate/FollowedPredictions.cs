using System.Collections.Concurrent;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The images whose predictions are followed, for webhooks to wake, whichever service receives them.</summary>
internal sealed class FollowedPredictions(TimeProvider clock, ICatalogSignals signals) : ISignalReceiver
{
    private readonly ConcurrentDictionary<CharacterReferenceId, PredictionWakeUp> _followed = new();

    /// <summary>Follows an image, from before its prediction is created until the result is disposed.</summary>
    public PredictionWakeUp Follow(CharacterReferenceId imageId) =>
        _followed[imageId] = new PredictionWakeUp(clock, ended => _followed.TryRemove(new(imageId, ended)));

    /// <summary>Ends the pause of this image, here or at the service that follows it; for one that nobody follows it does nothing.</summary>
    public void Wake(CharacterReferenceId imageId)
    {
        if (!TryWake(imageId))
        {
            signals.Send(new CatalogSignal(CatalogSignalKind.Prediction, imageId.ToString()));
        }
    }

    public void Receive(CatalogSignal signal)
    {
        if (signal.Kind is CatalogSignalKind.Prediction && CharacterReferenceId.TryParse(signal.Subject, out var imageId))
        {
            TryWake(imageId);
        }
    }

    // Polling finds what a lost signal would have said.
    public void ReceiveAll()
    {
    }

    private bool TryWake(CharacterReferenceId imageId)
    {
        if (!_followed.TryGetValue(imageId, out var wakeUp))
        {
            return false;
        }

        wakeUp.Wake();
        return true;
    }
}
