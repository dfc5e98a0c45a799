using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Has the SDK sign a body by the hash that is known of it, where the SDK would read all of it once more before it is sent. The store compares what it
/// gets with the signed hash. It sees every S3 client of the process and touches only the requests of this adapter.
/// </summary>
internal sealed class SignedBodies : IRuntimePipelineCustomizer
{
    /// <inheritdoc/>
    public string UniqueName => "CharacterRefs.SignedBodies";

    /// <inheritdoc/>
    public void Customize(Type type, RuntimePipeline pipeline)
    {
        if (type == typeof(AmazonS3Client))
        {
            pipeline.AddHandlerBefore<Signer>(new Handler());
        }
    }

    private sealed class Handler : PipelineHandler
    {
        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var request = executionContext.RequestContext.Request;
            if (request.ContentStream is { } content && WrapperStream.SearchWrappedStream(content, stream => stream is ISignedBody) is ISignedBody body)
            {
                request.PrecomputedContentSha256 = body.Sha256.ToString();
            }

            return base.InvokeAsync<T>(executionContext);
        }
    }
}
