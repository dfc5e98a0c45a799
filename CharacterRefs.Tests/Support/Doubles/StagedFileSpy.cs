using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>A staged file that counts how often it was dropped.</summary>
internal sealed class StagedFileSpy : IStagedFile
{
    public string Path => "/data/.staging/a.part";

    public long SizeBytes => 10;

    public ContentHash Sha256 => AReference.Uploaded().Sha256;

    public int Disposals { get; private set; }

    public Task FlushAsync() => Task.CompletedTask;

    public void Dispose() => Disposals++;
}
