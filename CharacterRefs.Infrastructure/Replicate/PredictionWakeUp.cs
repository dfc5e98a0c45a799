namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Lets a webhook end the pause between two reads of a prediction. It carries no data: the prediction is then read as usual. Replicate sends it once, so one
/// that comes while nothing pauses ends the next pause.
/// </summary>
internal sealed class PredictionWakeUp(TimeProvider clock, Action<PredictionWakeUp> ended) : IDisposable
{
    private volatile TaskCompletionSource _woken = Unwoken();

    /// <summary>Waits for the pause, or for a webhook since the last one ended.</summary>
    public async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await _woken.Task.WaitAsync(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (_woken.Task.IsCompleted)
        {
            _woken = Unwoken();
        }
    }

    /// <summary>Ends the pause.</summary>
    public void Wake() => _woken.TrySetResult();

    public void Dispose() => ended(this);

    private static TaskCompletionSource Unwoken() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
