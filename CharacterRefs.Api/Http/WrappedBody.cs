using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace CharacterRefs.Api.Http;

/// <summary>The body of a response, all of which passes through one writer, its stream and its files too.</summary>
/// <param name="body">The wrapped body.</param>
/// <param name="writer">A writer to the writer of <paramref name="body"/>.</param>
internal sealed class WrappedBody(IHttpResponseBodyFeature body, WrappedWriter writer) : IHttpResponseBodyFeature
{
    private Stream? _stream;

    public Stream Stream => _stream ??= writer.AsStream(leaveOpen: true);

    public PipeWriter Writer => writer;

    public void DisableBuffering() => body.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => body.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public Task CompleteAsync() => body.CompleteAsync();
}
