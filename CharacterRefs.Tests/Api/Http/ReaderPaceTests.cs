using CharacterRefs.Api.Configuration;
using CharacterRefs.Api.Http;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Api.Http;

[Category("Unit")]
internal sealed class ReaderPaceTests
{
    [Test]
    public async Task InvokeAsync_WhileAResponseIsWritten_EarnsNoCreditAtTheRateOfTheServer()
    {
        var rate = new MinDataRate(1000, TimeSpan.FromSeconds(2));
        var server = Substitute.For<IHttpMinResponseDataRateFeature>();
        server.MinDataRate = rate;
        var context = new DefaultHttpContext();
        context.Features.Set(server);
        var during = rate;
        var pace = new ReaderPace(
            _ =>
            {
                during = server.MinDataRate;
                return Task.CompletedTask;
            },
            ApiOptions.Read(TestSettings.Of()),
            TimeProvider.System,
            NullLogger<ReaderPace>.Instance);

        await pace.InvokeAsync(context);

        Assert.That((during, server.MinDataRate), Is.EqualTo(((MinDataRate?)null, rate)));
    }
}
