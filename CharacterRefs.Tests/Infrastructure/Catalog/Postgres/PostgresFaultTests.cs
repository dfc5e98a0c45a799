using System.Net.Sockets;
using CharacterRefs.Infrastructure.Catalog.Postgres;
using Npgsql;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Postgres;

[Category("Unit")]
internal sealed class PostgresFaultTests
{
    private static readonly Exception[] s_faults =
    [
        new NpgsqlException(), new SocketException((int)SocketError.HostNotFound), new EndOfStreamException(), new TimeoutException(),
        new ObjectDisposedException("connection"),
    ];

    private static readonly Exception[] s_others = [new OperationCanceledException(), new ArgumentException("a mistake of the program")];

    [TestCaseSource(nameof(s_faults))]
    public void IsOfConnection_WhenTheNetworkOrTheServerFailed_IsTrue(Exception fault) => Assert.That(PostgresFault.IsOfConnection(fault), Is.True);

    [TestCaseSource(nameof(s_others))]
    public void IsOfConnection_WhenItIsAnythingElse_IsFalse(Exception other) => Assert.That(PostgresFault.IsOfConnection(other), Is.False);
}
