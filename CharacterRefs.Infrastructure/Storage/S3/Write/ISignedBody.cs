namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>The body of a request whose hash is known before it is read.</summary>
internal interface ISignedBody
{
    /// <summary>Hash of all bytes from the start.</summary>
    ContentHash Sha256 { get; }
}
