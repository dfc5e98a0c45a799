using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support.StoredSets;

/// <summary>A file under a temporary name, which goes with this unless it got another.</summary>
internal sealed class DirectoryStagedFile(string path, long sizeBytes, ContentHash sha256) : IStagedFile
{
    public string Path => path;

    public long SizeBytes => sizeBytes;

    public ContentHash Sha256 => sha256;

    public void Dispose() => File.Delete(path);
}
