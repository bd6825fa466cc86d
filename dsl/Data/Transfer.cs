using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MindDsl.Data;

/// <summary>Why a mirror didn't deliver a file.</summary>
/// <param name="Address">The address that was asked.</param>
/// <param name="Reason">What happened, in words.</param>
/// <param name="IsFinal">Whether asking this mirror again is pointless.</param>
/// <param name="SpoilsPart">Whether the bytes that are on the disk are of no use.</param>
/// <param name="Differs">Whether it delivered something else than the file.</param>
/// <param name="Cause">The exception, if there was one.</param>
internal sealed record TransferFailure(
    Uri Address, string Reason, bool IsFinal = false, bool SpoilsPart = false, bool Differs = false, Exception? Cause = null);

/// <summary>Asks one mirror for the bytes of a file that aren't on the disk yet.</summary>
internal sealed class Transfer(
    HttpClient client, TimeSpan silence, Uri address, DataFile file, FileStream part, IProgress<DownloadProgress>? progress)
{
    private const int BufferLength = 1 << 16;

    public Uri Address => address;

    /// <summary>Appends to the file on the disk; null when all bytes are there.</summary>
    public async Task<TransferFailure?> RunAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(silence);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
            using var response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            if (Refusal(response) is { } refusal) return refusal;
            // A server without ranges answers with the whole file.
            if (response.StatusCode == HttpStatusCode.OK) part.SetLength(0);
            part.Position = part.Length;
            return await CopyAsync(response, patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException timeout) when (!cancellation.IsCancellationRequested)
        {
            var connected = patience.IsCancellationRequested;
            return new(address, connected ? Silent() : "no connection in time", IsFinal: !connected, Cause: timeout);
        }
        catch (HttpRequestException broken)
        {
            var unreachable = broken.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
            return new(address, broken.Message, IsFinal: unreachable, Cause: broken);
        }
    }

    private TransferFailure? Refusal(HttpResponseMessage response)
    {
        var (status, have) = (response.StatusCode, part.Length);
        if (status == HttpStatusCode.RequestedRangeNotSatisfiable && have > 0)
            return new(address, "the rest of the file is refused", SpoilsPart: true);
        if (status is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            var code = ((int)status).ToString(CultureInfo.InvariantCulture);
            var busy = status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
            return new(address, $"status {code} {response.ReasonPhrase}".TrimEnd(), IsFinal: !busy);
        }

        var range = response.Content.Headers.ContentRange;
        if (status == HttpStatusCode.PartialContent && range?.From != have)
            return new(address, "another part of the file than the one asked for", IsFinal: have == 0, SpoilsPart: true);
        var total = status == HttpStatusCode.OK ? response.Content.Headers.ContentLength : range?.Length;
        return total is { } length && length != file.Bytes
            ? new(address, $"a file of {length.ToString(CultureInfo.InvariantCulture)} bytes", IsFinal: true, Differs: true)
            : null;
    }

    private async Task<TransferFailure?> CopyAsync(HttpResponseMessage response, CancellationTokenSource patience)
    {
        await using var content = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        var buffer = new byte[BufferLength];
        while (true)
        {
            progress?.Report(new(file.Name, part.Length, file.Bytes));
            patience.CancelAfter(silence);
            int read;
            try
            {
                read = await content.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
            }
            catch (IOException cut)
            {
                return new(address, "the connection broke: " + cut.Message, Cause: cut);
            }
            if (read == 0) break;
            if (part.Length + read > file.Bytes)
                return new(address, "more bytes than the file has", IsFinal: true, SpoilsPart: true, Differs: true);
            Append(buffer.AsSpan(0, read));
        }
        return part.Length == file.Bytes ? null : new(address, "the connection ended before the file did");
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            part.Write(bytes);
            // Whatever ends the program, a later run goes on from here.
            part.Flush();
        }
        catch (IOException cause)
        {
            throw new MindDslException(Diagnostics.CacheUnwritable(part.Name, cause.Message), cause);
        }
    }

    private string Silent() => $"silent for {silence.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s";
}
