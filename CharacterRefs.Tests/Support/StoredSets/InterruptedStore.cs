using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support.Doubles;

namespace CharacterRefs.Tests.Support.StoredSets;

/// <summary>A store that counts its calls and can be made to fail.</summary>
internal sealed class InterruptedStore(IAssetStore inner) : IAssetStore
{
    private readonly ConcurrentQueue<string> _calls = [];

    /// <summary>What was asked, as <c>Method key</c>.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    /// <summary>Gets each call and throws what it is to throw.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Wraps the bytes of what is read.</summary>
    public Func<AssetKey, Stream, Stream>? Reading { get; set; }

    /// <summary>Dies at the call of this number, from 1, in a way that no code expects.</summary>
    public void DieAt(int call)
    {
        _calls.Clear();
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
        (Before, Reading) = (null, null);
    }

    public Task<SaveOutcome> SaveAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        Enter($"Save {key}");
        return inner.SaveAsync(key, content, cancellationToken);
    }

    public Task ReplaceAsync(AssetKey key, AssetContent content, CancellationToken cancellationToken)
    {
        Enter($"Replace {key}");
        return inner.ReplaceAsync(key, content, cancellationToken);
    }

    public async Task<OpenAsset?> OpenReadAsync(AssetKey key, ByteSpan? range, CancellationToken cancellationToken)
    {
        Enter($"Open {key}");
        return await inner.OpenReadAsync(key, range, cancellationToken) is { } asset
            ? asset with { Content = Reading?.Invoke(key, asset.Content) ?? asset.Content }
            : null;
    }

    public Task<AssetMetadata?> FindAsync(AssetKey key, CancellationToken cancellationToken)
    {
        Enter($"Find {key}");
        return inner.FindAsync(key, cancellationToken);
    }

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<AssetEntry> ListAsync(AssetKeyPrefix prefix, string nameStart, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async IAsyncEnumerable<ListedObject> ListAllAsync(AssetKeyPrefix prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Enter($"List {prefix}");
        await foreach (var item in inner.ListAllAsync(prefix, cancellationToken))
        {
            yield return item;
        }
    }

    public Task<SaveOutcome?> CopyAsync(AssetKey from, AssetKey to, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(AssetKey key, CancellationToken cancellationToken)
    {
        Enter($"Delete {key}");
        return inner.DeleteAsync(key, cancellationToken);
    }

    private void Enter(string call)
    {
        _calls.Enqueue(call);
        Before?.Invoke(call);
    }
}
