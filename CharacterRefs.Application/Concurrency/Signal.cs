namespace CharacterRefs.Application.Concurrency;

/// <summary>Wakes work in this process, so that it need not poll often. A signal between two waits is not lost, and several are one.</summary>
public class Signal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next <see cref="Set"/>. Take it before reading what it is about.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Call it after the commit.</summary>
    public void Set() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
