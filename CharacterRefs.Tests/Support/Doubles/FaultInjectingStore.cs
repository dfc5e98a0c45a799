using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>A store that records its calls and fails at the calls that a test chooses.</summary>
internal sealed class FaultInjectingStore(IAssetStore inner) : IAssetStore
{
    private readonly ConcurrentQueue<string> _calls = [];
    private int _count;

    /// <summary>The calls, as <c>Method key</c>.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    /// <summary>The call that fails, from 1; none by default.</summary>
    public int FailAt { get; set; } = int.MaxValue;

    /// <summary>Whether every later call fails too, as when the process was killed.</summary>
    public bool IsDead { get; set; } = true;

    /// <summary>Whether the failing call is executed and only its response is lost.</summary>
    public bool IsDone { get; set; }

    /// <summary>Receives each call before it is executed; its exceptions are those of the call.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Delays each call; <c>null</c> = no delay.</summary>
    public Func<Task>? Gate { get; set; }

    /// <summary>Wraps the bytes that are read.</summary>
    public Func<AssetKey, Stream, Stream>? Reading { get; set; }

    /// <summary>Throws <see cref="ProcessDiedException"/> at this call, from 1, and at every later one.</summary>
    public void DieAt(int call)
    {
        Reset();
        Before = _ =>
        {
            if (_calls.Count >= call)
            {
                throw new ProcessDiedException();
            }
        };
    }

    public void Reset()
    {
        _calls.Clear();
        (_count, FailAt, Before, Reading) = (0, int.MaxValue, null, null);
    }

    public Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) =>
        RunAsync($"Save {key}", () => inner.SaveAsync(key, content, cancellationToken));

    public Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) => RunAsync($"Replace {key}", async () =>
    {
        await inner.ReplaceAsync(key, content, cancellationToken);
        return key;
    });

    public Task<AssetTag?> TryReplaceAsync(AssetKey key, AssetContent content, AssetTag expected, CancellationToken cancellationToken) =>
        RunAsync($"Replace {key}", () => inner.TryReplaceAsync(key, content, expected, cancellationToken));

    public Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken) => RunAsync($"Open {key}", async () =>
        await inner.OpenReadAsync(key, range, cancellationToken) is { } asset
            ? asset with { Content = Reading?.Invoke(key, asset.Content) ?? asset.Content }
            : null);

    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken) =>
        RunAsync($"Find {key}", () => inner.FindAsync(key, cancellationToken));

    public Task<bool> IsDamagedAsync(AssetKey key, CancellationToken cancellationToken) => inner.IsDamagedAsync(key, cancellationToken);

    public Task<bool> RecheckAsync(AssetKey key, CancellationToken cancellationToken) => inner.RecheckAsync(key, cancellationToken);

    public IReadOnlyCollection<AssetKey>? Damaged => inner.Damaged;

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAsync(prefix, "", cancellationToken);

    public async IAsyncEnumerable<AssetEntry> ListAsync(
        AssetKeyPrefix prefix, string nameStart, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await RunAsync($"List {prefix}", () => Task.FromResult(prefix));
        await foreach (var entry in inner.ListAsync(prefix, nameStart, cancellationToken))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await RunAsync($"List {prefix}", () => Task.FromResult(prefix));
        await foreach (var item in inner.ListAllAsync(prefix, cancellationToken))
        {
            yield return item;
        }
    }

    public Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) =>
        RunAsync($"Copy {to}", () => inner.CopyAsync(from, to, cancellationToken));

    public Task<bool> CopyOverAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) =>
        RunAsync($"CopyOver {to}", () => inner.CopyOverAsync(from, to, cancellationToken));

    public Task DeleteAsync(AssetKey key, CancellationToken cancellationToken) => RunAsync($"Delete {key}", async () =>
    {
        await inner.DeleteAsync(key, cancellationToken);
        return key;
    });

    private async Task<T> RunAsync<T>(string call, Func<Task<T>> work)
    {
        _calls.Enqueue(call);
        var number = Interlocked.Increment(ref _count);
        Before?.Invoke(call);
        await (Gate?.Invoke() ?? Task.CompletedTask);
        if (number != FailAt && !(IsDead && number > FailAt))
        {
            return await work();
        }

        if (IsDone && number == FailAt && await work() is IAsyncDisposable opened)
        {
            await opened.DisposeAsync();
        }

        throw new AssetStoreUnavailableException("The store is down.", AssetStoreFault.Unreachable);
    }
}
