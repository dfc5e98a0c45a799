namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>
/// Admits work in the order of its arrival, limited in number and in the sum of its memory. Work that exceeds the memory alone is admitted when nothing else
/// runs.
/// </summary>
/// <param name="places">How many may run at a time.</param>
/// <param name="bytes">Their memory in sum.</param>
internal sealed class DecodeGate(int places, long bytes)
{
    private readonly long _bytes = bytes;
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Admission)> _waiting = [];
    private int _freePlaces = places;
    private long _freeBytes = bytes;

    /// <summary>Waits for admission; <see cref="Leave"/> must follow.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the admission.</exception>
    public async Task EnterAsync(long memory, CancellationToken cancellationToken)
    {
        var admission = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.AddLast((Limited(memory), admission));
            Admit();
        }

        await using var registration = cancellationToken.Register(() => Abandon(admission, cancellationToken));
        await admission.Task;
    }

    /// <summary>Gives back what the work held.</summary>
    public void Leave(long memory)
    {
        lock (_lock)
        {
            _freePlaces++;
            _freeBytes += Limited(memory);
            Admit();
        }
    }

    private long Limited(long memory) => Math.Min(memory, _bytes);

    private void Abandon(TaskCompletionSource admission, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (admission.TrySetCanceled(cancellationToken))
            {
                _waiting.Remove(_waiting.Single(waiting => waiting.Admission == admission));
                Admit();
            }
        }
    }

    // The first in line holds back those behind it: otherwise small work would keep large work waiting for ever.
    private void Admit()
    {
        while (_waiting.First is { } first && _freePlaces > 0 && first.Value.Bytes <= _freeBytes)
        {
            _waiting.RemoveFirst();
            _freePlaces--;
            _freeBytes -= first.Value.Bytes;
            first.Value.Admission.SetResult();
        }
    }
}
