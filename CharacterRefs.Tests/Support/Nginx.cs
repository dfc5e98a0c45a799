using System.Diagnostics;
using System.Net.Sockets;

namespace CharacterRefs.Tests.Support;

/// <summary>A real nginx in front of the service, with the settings that a deployment has. It listens on a Unix socket, so that it needs no port.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Process _process;

    private Nginx(Uri service, TimeSpan readTimeout)
    {
        Socket = Path.Combine(_directory.FullPath, "nginx.sock");
        var configuration = _directory.Write("nginx.conf", System.Text.Encoding.UTF8.GetBytes($$"""
            daemon off;
            master_process off;
            pid {{_directory.FullPath}}/nginx.pid;
            error_log stderr warn;
            events { }
            http {
                access_log off;
                client_body_temp_path {{_directory.FullPath}}/body;
                proxy_temp_path {{_directory.FullPath}}/proxy;
                fastcgi_temp_path {{_directory.FullPath}}/fastcgi;
                uwsgi_temp_path {{_directory.FullPath}}/uwsgi;
                scgi_temp_path {{_directory.FullPath}}/scgi;
                server {
                    listen unix:{{Socket}};
                    location / {
                        proxy_pass {{service.GetLeftPart(UriPartial.Authority)}};
                        proxy_http_version 1.1;
                        proxy_read_timeout {{readTimeout.TotalSeconds:0}}s;
                    }
                }
            }
            """));
        _process = Process.Start(new ProcessStartInfo(CommandLine.Find("nginx"), ["-e", "stderr", "-p", _directory.FullPath, "-c", configuration]))!;
    }

    private string Socket { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="service">Where the service listens.</param>
    /// <param name="readTimeout">How long it waits for the service to send something, in whole seconds.</param>
    public static async Task<Nginx> StartAsync(Uri service, TimeSpan readTimeout)
    {
        var nginx = new Nginx(service, readTimeout);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!File.Exists(nginx.Socket))
        {
            Assert.That(nginx._process.HasExited, Is.False, "nginx ended; what it says is in the output of the tests");
            await Task.Delay(20, timeout.Token);
        }

        return nginx;
    }

    public HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://nginx"),
    };

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }
}
