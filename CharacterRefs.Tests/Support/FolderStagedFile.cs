using System.Security.Cryptography;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Tests.Support;

/// <summary>A file under a temporary name.</summary>
internal sealed class FolderStagedFile(string path, byte[] content) : IStagedFile
{
    public string Path => path;

    public long SizeBytes => content.Length;

    public ContentHash Sha256 { get; } = ContentHash.FromDigest(SHA256.HashData(content));

    public void Dispose() => File.Delete(path);
}
