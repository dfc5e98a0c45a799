using CharacterRefs.Api.Http;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NSubstitute;

namespace CharacterRefs.Tests.Api.Http;

/// <summary>What becomes of a body that a rejection left unread.</summary>
[Category("Unit")]
internal sealed class UnreadBodyTests
{
    private readonly IHttpResponseBodyFeature _response = Substitute.For<IHttpResponseBodyFeature>();

    [Test]
    public async Task ReadAfterResponse_WhenBodyIsLeft_EndsTheResponseAndReadsIt()
    {
        using var body = new MemoryStream(new byte[1_000_000]);
        var readBefore = -1L;
        _response.CompleteAsync().Returns(_ =>
        {
            readBefore = body.Position;
            return Task.CompletedTask;
        });

        await UnreadBody.ReadAfterResponseAsync(With(body));

        Assert.That(readBefore, Is.Zero);
        Assert.That(body.Position, Is.EqualTo(body.Length));
    }

    [Test]
    public async Task ReadAfterResponse_WhenTheClientLeaves_IsNoFault([Values] bool isCanceled)
    {
        using var body = new BreakingStream([1, 2, 3], isCanceled ? new OperationCanceledException() : new BadHttpRequestException("Unexpected end."));

        await UnreadBody.ReadAfterResponseAsync(With(body));

        Assert.That(body.Position, Is.EqualTo(body.Length));
    }

    private DefaultHttpContext With(Stream body)
    {
        var http = new DefaultHttpContext { Request = { Body = body } };
        http.Features.Set(_response);
        return http;
    }
}
