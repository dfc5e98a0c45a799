using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>The parts of another object of the bucket, which the store copies itself.</summary>
internal sealed class ObjectParts(IAmazonS3 client, S3Pipeline pipeline, string bucket, AssetKey from, AssetKey to) : IPartSource
{
    private GetObjectMetadataResponse? _source;

    /// <summary>Finds the source. Called before the upload begins.</summary>
    /// <returns>The object to create, with the headers and metadata of the source, and its length.</returns>
    /// <exception cref="AmazonS3Exception">The source does not exist.</exception>
    public async Task<(InitiateMultipartUploadRequest Start, long Length)> BeginAsync(CancellationToken cancellationToken)
    {
        _source = await FindAsync(cancellationToken);
        var start = new InitiateMultipartUploadRequest { BucketName = bucket, Key = to.Value, ContentType = _source.Headers.ContentType };
        start.Headers.CacheControl = _source.Headers.CacheControl;
        start.Headers.ContentDisposition = _source.Headers.ContentDisposition;
        start.Headers.ContentEncoding = _source.Headers.ContentEncoding;
        foreach (var name in _source.Metadata.Keys)
        {
            start.Metadata[name] = _source.Metadata[name];
        }

        return (start, _source.ContentLength);
    }

    public Task<Func<CancellationToken, Task<string>>> PrepareAsync(S3Part part, CancellationToken cancellationToken)
    {
        var request = new CopyPartRequest
        {
            SourceBucket = bucket,
            SourceKey = from.Value,
            DestinationBucket = bucket,
            DestinationKey = to.Value,
            UploadId = part.UploadId,
            PartNumber = part.Number,
            FirstByte = part.Offset,
            LastByte = part.Offset + part.Length - 1,
        };
        return Task.FromResult<Func<CancellationToken, Task<string>>>(async token => (await client.CopyPartAsync(request, token)).ETag);
    }

    /// <summary>
    /// Whether the source is unchanged: parts of two assets must not become one. A second HEAD works in every store, a condition for each part does
    /// not.
    /// </summary>
    public async Task<bool> ConfirmAsync(CancellationToken cancellationToken)
    {
        var after = await FindAsync(cancellationToken);
        return after.ETag == _source?.ETag && after.LastModified == _source?.LastModified;
    }

    private Task<GetObjectMetadataResponse> FindAsync(CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = bucket, Key = from.Value };
        return pipeline.RunAsync(token => client.GetObjectMetadataAsync(request, token), cancellationToken);
    }
}
