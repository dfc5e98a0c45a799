using System.Runtime.CompilerServices;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>A store that counts its calls and fails from one of them on, or at one of them only.</summary>
internal sealed class FaultInjectingStore(IAssetStore inner) : IAssetStore
{
    private int _calls;

    /// <summary>The call that fails, from 1; none by default.</summary>
    public int FailAt { get; set; } = int.MaxValue;

    /// <summary>Whether every later call fails too, as when the process was killed.</summary>
    public bool IsDead { get; set; } = true;

    /// <summary>Whether the failing call is done and only its answer is lost.</summary>
    public bool IsDone { get; set; }

    /// <summary>Runs in every call, before anything is done.</summary>
    public Func<AssetKey?, Task>? Before { get; set; }

    public int Calls => _calls;

    public Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) =>
        RunAsync(key, () => inner.SaveAsync(key, content, cancellationToken));

    public Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken) => RunAsync(key, async () =>
    {
        await inner.ReplaceAsync(key, content, cancellationToken);
        return key;
    });

    public Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken) =>
        RunAsync(key, () => inner.OpenReadAsync(key, range, cancellationToken));

    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken) => RunAsync(key, () => inner.FindAsync(key, cancellationToken));

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => ListAsync(prefix, "", cancellationToken);

    public async IAsyncEnumerable<AssetEntry> ListAsync(
        AssetKeyPrefix prefix, string nameStart, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await RunAsync(null, () => Task.FromResult(prefix));
        await foreach (var entry in inner.ListAsync(prefix, nameStart, cancellationToken))
        {
            yield return entry;
        }
    }

    public Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) =>
        RunAsync(to, () => inner.CopyAsync(from, to, cancellationToken));

    public Task DeleteAsync(AssetKey key, CancellationToken cancellationToken) => RunAsync(key, async () =>
    {
        await inner.DeleteAsync(key, cancellationToken);
        return key;
    });

    private async Task<T> RunAsync<T>(AssetKey? key, Func<Task<T>> work)
    {
        var call = Interlocked.Increment(ref _calls);
        await (Before?.Invoke(key) ?? Task.CompletedTask);
        if (call != FailAt && !(IsDead && call > FailAt))
        {
            return await work();
        }

        if (IsDone && call == FailAt && await work() is IAsyncDisposable opened)
        {
            await opened.DisposeAsync();
        }

        throw new AssetStoreUnavailableException("The store is down.", AssetStoreFault.Unreachable);
    }
}
