using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// Makes the SDK sign a body by its known hash; otherwise the SDK reads the body once more before it sends it. The store compares what it receives with the
/// signed hash. Applies to every S3 client of the process, but changes only requests with a body of this adapter.
/// </summary>
internal sealed class SignedBodies : IRuntimePipelineCustomizer
{
    public string UniqueName => "CharacterRefs.SignedBodies";

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
