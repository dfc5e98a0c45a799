using System.Collections.Concurrent;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Lets a webhook end the pause between two reads of a prediction. It carries no data: the prediction is then read as usual.</summary>
internal sealed class PredictionWakeUps(TimeProvider clock)
{
    private readonly ConcurrentDictionary<CharacterReferenceId, TaskCompletionSource> _waiting = new();

    /// <summary>Waits for the pause, or for a wake-up of this image.</summary>
    public async Task PauseAsync(CharacterReferenceId imageId, TimeSpan pause, CancellationToken cancellationToken)
    {
        var woken = _waiting.GetOrAdd(imageId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(woken.Task, Task.Delay(pause, clock, end.Token));
            await end.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            _waiting.TryRemove(imageId, out _);
        }
    }

    /// <summary>Ends the pause of this image; without one it does nothing.</summary>
    public void Wake(CharacterReferenceId imageId)
    {
        if (_waiting.TryGetValue(imageId, out var woken))
        {
            woken.TrySetResult();
        }
    }
}
