namespace CharacterRefs.Application.Webhooks;

/// <summary>Wakes the sender in this process when the outbox has new rows, so that it need not poll.</summary>
public sealed class WebhookSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next <see cref="Set"/>. Take it before reading the outbox.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Call it after the commit.</summary>
    public void Set() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
