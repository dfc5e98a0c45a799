using Amazon.S3;
using Amazon.S3.Model;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>The parts of content, which is opened with the first part and read once. Each part is buffered, so that a retry sends the same bytes.</summary>
internal sealed class ContentParts(IAmazonS3 client, string bucket, string key, AssetContent content) : IPartSource, IAsyncDisposable
{
    private S3Body? _body;

    /// <exception cref="S3BodyException">The content could not be read, or is not what was announced.</exception>
    public async Task<Func<CancellationToken, Task<string>>> PrepareAsync(S3Part part, CancellationToken cancellationToken)
    {
        _body ??= await S3Body.OpenAsync(content, cancellationToken);
        var bytes = await S3PartBytes.ReadAsync(_body, part.Length, cancellationToken);
        return token => SendAsync(part, bytes, token);
    }

    /// <summary>True: the body has verified length and hash before it gave its last bytes.</summary>
    public Task<bool> ConfirmAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public ValueTask DisposeAsync() => _body?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<string> SendAsync(S3Part part, S3PartBytes bytes, CancellationToken cancellationToken)
    {
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = part.UploadId,
            PartNumber = part.Number,
            PartSize = bytes.Length,
            InputStream = bytes.Open(),
            UseChunkEncoding = false,
        };
        var response = await client.UploadPartAsync(request, cancellationToken);

        // Not after a failure: an abandoned attempt may still be reading the buffer.
        bytes.Return();
        return response.ETag;
    }
}
