package io.tailrace.sdk.trial

import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.node.NullNode
import com.fasterxml.jackson.module.kotlin.readValue
import io.tailrace.sdk.kotlin.apis.ManagingApi
import io.tailrace.sdk.kotlin.apis.OperatingApi
import io.tailrace.sdk.kotlin.apis.PresentApi
import io.tailrace.sdk.kotlin.apis.ReadingApi
import io.tailrace.sdk.kotlin.apis.StreamingApi
import io.tailrace.sdk.kotlin.apis.WritingApi
import io.tailrace.sdk.kotlin.infrastructure.ApiClient
import io.tailrace.sdk.kotlin.infrastructure.ClientError
import io.tailrace.sdk.kotlin.infrastructure.ClientException
import io.tailrace.sdk.kotlin.infrastructure.Serializer
import io.tailrace.sdk.kotlin.infrastructure.Success
import io.tailrace.sdk.kotlin.models.BatchWrite
import io.tailrace.sdk.kotlin.models.Event
import io.tailrace.sdk.kotlin.models.EventDraft
import io.tailrace.sdk.kotlin.models.MemberSpec
import io.tailrace.sdk.kotlin.models.PresenceBeat
import io.tailrace.sdk.kotlin.models.PresenceMode
import io.tailrace.sdk.kotlin.models.PresenceState
import io.tailrace.sdk.kotlin.models.Problem
import io.tailrace.sdk.kotlin.models.Role
import io.tailrace.sdk.kotlin.models.SnapshotRequiredFrame
import io.tailrace.sdk.kotlin.models.TicketExtension
import io.tailrace.sdk.kotlin.models.TicketRequest
import io.tailrace.sdk.kotlin.models.WriteBatch
import io.tailrace.sdk.kotlin.models.WriteReceipt
import okhttp3.OkHttpClient
import okhttp3.Response
import okhttp3.sse.EventSource
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.extension.ExtendWith
import java.math.BigDecimal
import java.util.UUID
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** The Kotlin SDK, as an application has it, against a live server. */
@Tag("R-91")
@ExtendWith(LiveServer::class)
class KotlinSdkIT(private val live: Live) {
    private val moved = mapOf("column" to "doing", "rank" to 1.5, "id" to 9007199254740993L)
    private val url = live.address().toString()
    private val later = live.tomorrow().toString()
    private val http = OkHttpClient()
    private val board = live.channel("board")
    private val writing = WritingApi(url, http).withToken()
    private val reading = ReadingApi(url, http).withToken()

    private fun <A : ApiClient> A.withToken() = apply { accessTokenProvider = { live.token() } }

    // readme
    /** Why it was refused, also where the document knows no answer of this status. */
    private fun problem(refused: ClientException): Problem =
        Serializer.jacksonObjectMapper.readValue((refused.response as ClientError<*>).body as String)
    // end

    // readme
    /** All pages: `next` is an address, whose parameters the next request takes over. */
    private fun history(channel: String, limit: Int): List<Event> {
        var page = reading.readHistory(channel, limit = limit)
        val events = page.events.toMutableList()
        while (page.next != null) {
            val next = Regex("(\\w+)=(\\d+)").findAll(page.next).associate { it.groupValues[1] to it.groupValues[2] }
            page = reading.readHistory(
                channel, after = next["after"]?.toLong(), limit = limit, epoch = next["epoch"]?.toInt())
            events += page.events
        }
        return events
    }
    // end

    private fun key() = UUID.randomUUID().toString()

    private fun draft(data: Any? = moved, key: String = "card:7") = EventDraft("card.moved", data, key)

    private fun write(key: String, draft: EventDraft) =
        writing.appendEventWithHttpInfo(board, key, draft, null, null) as Success<*>

    private fun writeBatch(events: Int) {
        val writes = (1..events).map { BatchWrite(key(), board, "card.added", it, "card:$it") }
        assertThat(writing.appendBatch(WriteBatch(writes)).results).hasSize(events).allMatch { it.status == 201 }
    }

    @Test
    @Tag("R-10")
    fun writesAndReplaysTheSameKey() {
        val key = key()

        val first = write(key, draft())
        val again = write(key, draft())

        assertThat(first.statusCode).isEqualTo(201)
        assertThat((first.data as WriteReceipt).seq).isEqualTo(1)
        assertThat(first.headers["etag"]).containsExactly("\"1\"")
        assertThat(first.headers["idempotent-replayed"]).isNull()
        assertThat(again.headers["idempotent-replayed"]).containsExactly("true")
        assertThat(again.data).isEqualTo(first.data)
    }

    @Test
    @Tag("R-10")
    fun isRefusedAnotherDraftUnderAKey() {
        val key = key()
        write(key, draft())

        val refused = assertThrows<ClientException> { writing.appendEvent(board, key, draft("another")) }

        assertThat(refused.statusCode).isEqualTo(422)
        assertThat(problem(refused).type).isEqualTo("/problems/idempotency-key-reused")
    }

    @Test
    @Tag("R-14")
    fun readsTheCurrentValueWhenItLosesARace() {
        write(key(), draft())

        val refused = assertThrows<ClientException> { writing.appendEvent(board, key(), draft(), "\"0\"") }

        assertThat(refused.statusCode).isEqualTo(412)
        val current = problem(refused).current!!
        assertThat(current.data).isEqualTo(moved)
        assertThat(writing.appendEvent(board, key(), draft(), "\"${current.seq}\"").seq).isEqualTo(2)
    }

    @Test
    fun keepsWholeNumbersAndTheirNeighbours() {
        write(key(), draft())
        write(key(), EventDraft("nothing", NullNode.instance))

        val events = history(board, 10)

        assertThat(events.first().data).isEqualTo(moved)
        assertThat(events.last().data).isNull()
    }

    @Test
    fun keepsFractionsDigitForDigitWithAMapperThatDoes() {
        write(key(), draft(BigDecimal("1.50")))

        Serializer.jacksonObjectMapper.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        try {
            assertThat(history(board, 10).single().data).isEqualTo(BigDecimal("1.50"))
        } finally {
            Serializer.jacksonObjectMapper.disable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        }
    }

    @Test
    @Tag("R-20")
    fun readsHistoryToItsEndPageByPage() {
        writeBatch(25)

        assertThat(history(board, 10).map { it.seq }).isEqualTo((1L..25L).toList())
    }

    @Test
    @Tag("R-24")
    fun readsASnapshot() {
        writeBatch(3)
        write(key(), draft(key = "card:2"))

        val snapshot = reading.readSnapshot(board, min = 4)

        assertThat(snapshot.seq).isEqualTo(4)
        assertThat(snapshot.items.map { it.key }).containsExactlyInAnyOrder("card:1", "card:2", "card:3")
    }

    @Test
    @Tag("R-15")
    fun sendsABatchAndReadsEachResult() {
        fun add() = BatchWrite(key(), board, "card.added", emptyMap<String, Any>(), "card:8", ifMatch = "0")
        val first = add()

        val results = writing.appendBatch(WriteBatch(listOf(first, first, add()))).results

        assertThat(results[0].receipt?.seq).isEqualTo(1)
        assertThat(results[1].replayed).isTrue()
        assertThat(results[2].status).isEqualTo(412)
        assertThat(results[2].problem?.current?.seq).isEqualTo(1)
    }

    @Test
    @Tag("R-30")
    fun comesIsSeenAndLeaves() {
        val present = PresentApi(url, http).withToken()

        val beat = PresenceBeat(PresenceState.idle, PresenceMode.editing, meta = mapOf("colour" to "red"))
        assertThat(present.putPresence(board, beat).ttlMs).isPositive()

        val here = present.listPresence(board).members.single()
        assertThat(here.user).isEqualTo(Live.USER)
        assertThat(here.state).isEqualTo(PresenceState.idle)
        assertThat(here.meta).containsEntry("colour", "red")
        present.leavePresence(board)
        assertThat(present.listPresence(board).count).isZero()
    }

    @Test
    @Tag("R-72")
    fun addsAMemberAndRemovesIt() {
        val managing = ManagingApi(url, http).withToken()

        assertThat(managing.putMember(board, "grace", MemberSpec(Role.editor)).seq).isEqualTo(1)
        assertThat(managing.getMember(board, "grace").role).isEqualTo(Role.editor)
        assertThat(managing.removeMember(board, "grace").seq).isEqualTo(2)

        val refused = assertThrows<ClientException> { managing.getMember(board, "grace") }
        assertThat(refused.statusCode).isEqualTo(404)
    }

    @Test
    fun getsATicketAndExtendsIt() {
        write(key(), draft())
        val streaming = StreamingApi(url, http).withToken()

        val ticket = streaming.createTicket(TicketRequest(listOf(board), ttl = 60))
        val extended = streaming.extendTicket(TicketExtension(ticket.ticket, 600))

        assertThat(extended.expiresAt).isAfter(ticket.expiresAt)
        assertThat(ReadingApi(url, http).readHistory(board, ticket = ticket.ticket).head).isEqualTo(1)
    }

    @Test
    fun gets202WithoutAReceiptInAnEphemeralChannel() {
        val answer = writing.appendEventWithHttpInfo(live.channel("pulse"), key(), draft(), null, null) as Success<*>

        assertThat(answer.statusCode).isEqualTo(202)
        assertThat(answer.data).isNull()
        assertThrows<NullPointerException> { writing.appendEvent(live.channel("pulse"), key(), draft()) }
    }

    /** Remembers events and counts them down. */
    private inner class Reader(address: String, most: Int) :
        KotlinStream(http, "$address/v1/stream?channel=$board@0", live.token()) {
        val events = CopyOnWriteArrayList<Event>()
        private val missing = CountDownLatch(most)

        fun follow() = apply {
            val source = open()
            assertThat(missing.await(30, TimeUnit.SECONDS)).isTrue()
            source.cancel()
        }

        override fun event(event: Event) {
            if (missing.count > 0) events += event
            missing.countDown()
        }

        override fun snapshotRequired(frame: SnapshotRequiredFrame) = throw AssertionError("the log is whole: $frame")

        override fun onFailure(eventSource: EventSource, t: Throwable?, response: Response?) = Unit
    }

    @Test
    @Tag("R-20")
    @Tag("R-21")
    fun followsAndResumesWithTheStreamOfTheReadme() {
        writeBatch(5)

        val first = Reader(later, 3).follow()
        val second = Reader(url, 2).apply { lastId = first.events.last().seq.toString() }.follow()

        assertThat(first.events.map { it.seq }).containsExactly(1L, 2L, 3L)
        assertThat(second.events.map { it.seq }).containsExactly(4L, 5L)
    }

    @Test
    fun isNotBrokenByWhatALaterServerSays() {
        val key = key()
        val present = PresentApi(later, http).withToken()
        val managing = ManagingApi(later, http).withToken()
        val laterWriting = WritingApi(later, http).withToken()
        assertThat(laterWriting.appendEvent(board, key, draft()).type).isEqualTo("something.else@9999")
        present.putPresence(board, PresenceBeat())

        val page = ReadingApi(later, http).withToken().readHistory(board)
        assertThat(page.events.single().data).isEqualTo(moved)
        assertThat(ReadingApi(later, http).withToken().readSnapshot(board).items).hasSize(1)
        assertThat(present.listPresence(board).members.single().state)
            .isEqualTo(PresenceState.unknown_default_open_api)
        assertThat(managing.getChannel(board).head).isEqualTo(1)
        managing.putMember(board, "grace", MemberSpec(Role.viewer))
        assertThat(managing.getMember(board, "grace").role).isEqualTo(Role.unknown_default_open_api)
        assertThat(managing.listAudit(0, 1000).propertyEntries).isNotEmpty()
        assertThat(StreamingApi(later, http).withToken().createTicket(TicketRequest(listOf(board))).ticket).isNotBlank()
        assertThat(OperatingApi(later, http).getReadiness().parts).isNotEmpty()

        val reused = assertThrows<ClientException> { laterWriting.appendEvent(board, key, draft(1)) }
        assertThat(problem(reused).type).isEqualTo("/problems/of-tomorrow")
        val unheard = assertThrows<ClientException> { managing.getMember(board, "nobody") }
        assertThat(unheard.statusCode).isEqualTo(Tomorrow.UNHEARD_OF)
        assertThat(problem(unheard).title).isNotBlank()
    }
}
