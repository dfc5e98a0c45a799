using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Read;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>Deletes objects.</summary>
internal sealed class S3Remover(IAmazonS3 client, S3Pipeline pipeline, S3Listing listing, S3StoreOptions options)
{
    /// <summary>Deletes an object; one that does not exist counts as deleted.</summary>
    public async Task DeleteAsync(AssetKey key, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = options.Bucket, Key = key.Value };
        try
        {
            await pipeline.RunAsync(token => client.DeleteObjectAsync(request, token), cancellationToken);
        }
        catch (AmazonS3Exception error) when (S3Errors.IsAbsent(error))
        {
            await listing.ConfirmAbsenceAsync(error, cancellationToken);
        }
    }
}
